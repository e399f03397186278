//! Drawings of the page as files: an SVG as PNG, and a live SVG with the looks from its style sheets written
//! into it.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use crate::browser::address;

/// The media type of an SVG.
pub(super) const SVG: &str = "image/svg+xml";
/// Pixels of a PNG for each pixel of the SVG: sharp on dense screens and in print.
const SCALE: f64 = 2.0;
/// The distance of the line of text from the lower edge, in pixels.
const LINE_BELOW: f64 = 6.0;

/// Properties that an element inherits from its parent.
const INHERITED: [&str; 15] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "text-anchor",
    "dominant-baseline",
    "visibility",
];

/// Calls a method by name: an import for each method would add to every download.
fn call(of: &JsValue, method: &str, with: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(of, &method.into())?.dyn_into()?;
    method.apply(of, &with.iter().collect::<Array>())
}

fn text(value: &JsValue) -> String {
    value.as_string().unwrap_or_default()
}

/// Returns the address of a PNG of an SVG document with a width and a height, twice as large.
///
/// # Errors
/// The browser cannot draw it.
pub(super) async fn png(svg: &str) -> Result<String, JsValue> {
    let picture = document().create_element("img")?;
    picture.set_attribute("src", &address(SVG, svg))?;
    JsFuture::from(call(&picture, "decode", &[])?.unchecked_into::<Promise>()).await?;
    let canvas = document().create_element("canvas")?;
    let mut sides = [0.0, 0.0];
    for (side, (name, natural)) in
        sides.iter_mut().zip([("width", "naturalWidth"), ("height", "naturalHeight")])
    {
        *side = Reflect::get(&picture, &natural.into())?.as_f64().unwrap_or(0.0) * SCALE;
        canvas.set_attribute(name, &side.to_string())?;
    }
    let [width, height] = sides.map(JsValue::from_f64);
    let pen = call(&canvas, "getContext", &["2d".into()])?;
    let nothing = JsValue::from_f64(0.0);
    call(&pen, "drawImage", &[picture.into(), nothing.clone(), nothing, width, height])?;
    let made = text(&call(&canvas, "toDataURL", &["image/png".into()])?);
    // A canvas that is too large gives an empty address.
    if made.starts_with("data:image/png") { Ok(made) } else { Err("no picture".into()) }
}

/// Returns a live SVG as a document that looks the same without the page's style sheets, with `line` below it
/// unless that is empty.
///
/// # Errors
/// The browser cannot read or write it.
pub(super) fn standing_alone(live: &Element, line: &str) -> Result<String, JsValue> {
    let copy: Element = call(live, "cloneNode", &[JsValue::TRUE])?.unchecked_into();
    paint(live, &copy, &[const { String::new() }; INHERITED.len()])?;
    let place = live.get_bounding_client_rect();
    copy.set_attribute("width", &place.width().to_string())?;
    copy.set_attribute("height", &place.height().to_string())?;
    for name in ["tabindex", "role", "aria-description"] {
        call(&copy, "removeAttribute", &[name.into()])?;
    }
    // The background: the drawing of a dark page has light ink.
    let paper = document().create_element_ns(Some("http://www.w3.org/2000/svg"), "rect")?;
    let page: Element = document().body().ok_or("no page")?.into();
    let looks = computed(&page)?;
    for (name, value) in
        [("width", "100%"), ("height", "100%"), ("fill", &value_of(&looks, "background-color")?)]
    {
        paper.set_attribute(name, value)?;
    }
    call(&copy, "prepend", &[paper.into()])?;
    if !line.is_empty() {
        let said = document().create_element_ns(Some("http://www.w3.org/2000/svg"), "text")?;
        let below = (place.height() - LINE_BELOW).to_string();
        let (ink, font) = (value_of(&looks, "color")?, value_of(&looks, "font-family")?);
        for (name, value) in [
            ("x", "8"),
            ("y", &below),
            ("fill", &ink),
            ("font-family", &font),
            ("font-size", "13"),
            ("font-weight", "700"),
        ] {
            said.set_attribute(name, value)?;
        }
        said.set_text_content(Some(line));
        call(&copy, "append", &[said.into()])?;
    }
    let writer = Reflect::get(&window(), &"XMLSerializer".into())?.dyn_into::<Function>()?;
    let writer = Reflect::construct(&writer, &Array::new())?;
    Ok(text(&call(&writer, "serializeToString", &[copy.into()])?))
}

fn computed(element: &Element) -> Result<JsValue, JsValue> {
    call(&window(), "getComputedStyle", &[element.into()])
}

fn value_of(looks: &JsValue, name: &str) -> Result<String, JsValue> {
    Ok(text(&call(looks, "getPropertyValue", &[name.into()])?))
}

/// Writes the looks of an element and of its descendants into a copy; `around` are the inherited values.
fn paint(live: &Element, copy: &Element, around: &[String; INHERITED.len()]) -> Result<(), JsValue> {
    let looks = computed(live)?;
    if value_of(&looks, "display")? == "none" {
        copy.remove();
        return Ok(());
    }
    let mut here = around.clone();
    for (name, known) in INHERITED.iter().zip(&mut here) {
        let value = value_of(&looks, name)?;
        if value != *known {
            copy.set_attribute(name, &value)?;
            *known = value;
        } else {
            // A style sheet may have overruled the element's own attribute.
            call(copy, "removeAttribute", &[(*name).into()])?;
        }
    }
    let opacity = value_of(&looks, "opacity")?;
    if opacity != "1" {
        copy.set_attribute("opacity", &opacity)?;
    }
    for name in ["class", "style"] {
        call(copy, "removeAttribute", &[name.into()])?;
    }
    let children = |of: &Element| Ok::<_, JsValue>(Array::from(&Reflect::get(of, &"children".into())?));
    for (live, copy) in children(live)?.iter().zip(children(copy)?.iter()) {
        paint(&live.unchecked_into(), &copy.unchecked_into(), &here)?;
    }
    Ok(())
}
