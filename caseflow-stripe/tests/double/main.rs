//! The double of Stripe: what it promises, by asking it directly.

mod answers;
mod asked;
mod back;
mod checkouts;
mod desk;
mod faults;
mod keys;
mod lists;
mod notices;
mod pages;
mod served;
mod shapes;
