//! The built server, used over HTTP as people and the firm's software use it.
#![cfg(test)]

mod database;
mod demonstration;
mod firm;
mod operation;
mod pay;
mod provider;
mod reconcile;
mod server;
mod spine;
mod visitor;
