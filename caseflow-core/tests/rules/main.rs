//! The rules of the domain: the acceptance cases by their ids, and properties over all inputs.

mod money;
mod pricing;
mod samples;
mod text;
