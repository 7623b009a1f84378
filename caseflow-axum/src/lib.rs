//! CaseFlow's portal pages as mountable axum routers.
//!
//! Pages are plain HTML rendered on the server: every page works without scripts, under any path
//! prefix, in light and dark, left-to-right and right-to-left, on screen and on paper.

mod assets;
mod html;
mod theme;
mod urls;
