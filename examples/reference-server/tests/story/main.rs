//! The built server, used over HTTP as people and the firm's software use it.
#![cfg(test)]

mod chance;
mod database;
mod demonstration;
mod firm;
mod keys;
mod library;
mod operation;
mod pay;
mod provider;
mod reconcile;
mod seal;
mod server;
mod spine;
mod vault;
mod visitor;
