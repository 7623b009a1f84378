//! The built server, used over HTTP as people and the firm's software use it.
#![cfg(test)]

mod backup;
mod chance;
mod damage;
mod database;
mod demonstration;
mod export;
mod firm;
mod keys;
mod killed;
mod library;
mod logs;
mod operation;
mod pay;
mod post;
mod provider;
mod reconcile;
mod restore;
mod seal;
mod server;
mod several;
mod spine;
mod vault;
mod visitor;
