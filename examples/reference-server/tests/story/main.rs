//! The built server, used over HTTP as people and the firm's software use it.
#![cfg(test)]

mod database;
mod demonstration;
mod operation;
mod server;
mod spine;
mod visitor;
