//! The HTML face of the portal: a handler parses, makes one call into the core, and presents.

mod assets;
mod page;

pub(crate) mod fault;
pub(crate) mod format;
pub(crate) mod views;

use axum::Router;
use axum::http::Method;
use axum::response::Redirect;
use axum::routing::{get, post};

use crate::config::SignIn;
use crate::error::Failure;
use crate::state::{App, Here};
use crate::urls::{Access, Route, path};

/// Makes the list of routes and the router from one table, so that neither can lack a line.
macro_rules! routes {
    ($( $access:expr, $name:ident { $( $verb:ident $method:ident $path:ident => $handler:path; )* } )*) => {
        /// Every address of the portal's pages.
        pub const ROUTES: &[Route] = &[
            $( $( Route { method: Method::$method, path: path::$path, access: $access }, )* )*
        ];

        $( fn $name() -> Router<App> {
            Router::new()$( .route(path::$path, $verb($handler)) )*
        } )*
    };
}

routes! {
    Access::Open, open {
        get GET HOME => home;
        get GET ASSET => assets::file;
    }
}

/// The pages. Behind the sign-in a verb that an address does not take is 404 like everything else
/// that is not there, so that no answer tells more than another.
pub(crate) fn routes(app: &App) -> Router<App> {
    open().method_not_allowed_fallback(async || Failure::WRONG_VERB)
}

async fn home(here: Here) -> Redirect {
    Redirect::to(&here.urls.dashboard())
}
