//! The address of the current view as a QR code for phones.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};
use raft_core::link::{self, RunLink, encode};

use crate::browser::text_address;
use crate::state::script::on_stage;
use crate::text::workshop as words;

/// The longest address whose code a phone can read from a projection, in bytes; a code could hold 2,953.
const CODE_BYTES_MAX: usize = 1_200;
/// The clear margin around a code, in modules: readers require it.
const MARGIN: i32 = 4;

/// Returns the address of what is shown: the lesson's id, or the text of any other scenario. An error says
/// why there is none.
fn address() -> Option<Result<String, String>> {
    let run = on_stage()?;
    let run = run.borrow();
    let here = window().location().href().ok()?;
    let page = here.split('#').next().unwrap_or_default().to_owned();
    Some(match &run.lesson {
        Some(id) => Ok(format!("{page}#lesson={id}")),
        None => {
            let scenario = run.script.scenario();
            encode(&RunLink::new(scenario.clone(), link::View::default()))
                .map(|hash| format!("{page}#{hash}"))
                .map_err(|_| scenario.to_string())
                .and_then(|address| {
                    if address.len() > CODE_BYTES_MAX { Err(scenario.to_string()) } else { Ok(address) }
                })
        }
    })
}

/// The code, or why there is none, with the file instead.
#[component]
pub fn Code() -> impl IntoView {
    let shown = match address() {
        Some(Ok(address)) => match QrCode::encode_text(&address, QrCodeEcc::Low) {
            Ok(code) => {
                let size = code.size();
                let view_box = format!("{0} {0} {1} {1}", -MARGIN, size + 2 * MARGIN);
                view! {
                    <svg class="workshop-code" data-testid="code" role="img" aria-label=words::code_name()
                        viewBox=view_box shape-rendering="crispEdges">
                        <rect class="workshop-paper" x=-MARGIN y=-MARGIN width=size + 2 * MARGIN height=size + 2 * MARGIN />
                        <path class="workshop-ink" d=squares(&code) />
                    </svg>
                    <p class="mono workshop-address">{address}</p>
                }
                .into_any()
            }
            Err(_) => too_long(String::new()),
        },
        Some(Err(text)) => too_long(text),
        None => ().into_any(),
    };
    view! { <div class="workshop-sheet" data-testid="code-sheet">{shown}</div> }
}

fn too_long(text: String) -> AnyView {
    view! {
        <p class="notice">{words::too_long()}</p>
        <a class="btn" download="workshop.scenario" href=text_address(&text)>{words::file()}</a>
    }
    .into_any()
}

/// Returns the path of the dark modules, row by row.
fn squares(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path += &format!("M{x} {y}h1v1h-1z");
        }
    }
    path
}
