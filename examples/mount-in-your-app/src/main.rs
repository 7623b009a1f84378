//! Serves the app with a demonstration in it.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use mount_in_your_app::{Host, app, demo, portal};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Where the app listens. The portal's links in mails begin with it.
const LISTENS: &str = "127.0.0.1:3000";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().init();
    let data = std::env::var("APP_DATA").unwrap_or("mount-in-your-app-data".into());
    let data = Path::new(&data);
    std::fs::create_dir_all(data).with_context(|| data.display().to_string())?;
    let file = format!("sqlite:{}", data.join("app.db").display());
    let url = std::env::var("APP_DATABASE_URL").unwrap_or(file);
    let host = Host::open(&url, data, &format!("http://{LISTENS}")).await?;
    demo::fill(&host).await?;
    println!("http://{LISTENS}\n{}", demo::SIGN_INS);
    serve(&host).await
}

async fn serve(host: &Host) -> anyhow::Result<()> {
    let listener = TcpListener::bind(LISTENS).await.context(LISTENS)?;
    let asked = asked_to_stop()?;
    let (stop, stopped) = watch::channel(false);
    let upkeep = tokio::spawn(portal::keep_up(host.ports.clone(), stopped));
    let service = app(host).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(asked);
    serving.await?;
    stop.send_replace(true);
    upkeep.await?;
    host.database.close().await;
    Ok(())
}

/// Ends at ctrl-c, or when a service manager asks.
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
