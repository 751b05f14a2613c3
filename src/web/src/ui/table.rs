use leptos::{
    prelude::*,
    tachys::{html::InertElement, view::Position},
};

/// Room for the rows of most tables, in bytes.
const ROOM: usize = 64 * 1024;

/// A table with a caption for screen readers and scoped headers. At phone width each row becomes a card, whose lines are
/// named by the cells' labels. An empty header names a column of buttons.
pub(crate) fn table<Row: IntoView>(
    caption: impl Into<String>,
    headers: &[&'static str],
    rows: impl IntoIterator<Item = Row>,
) -> AnyView {
    // Each row is written before the next one is built: kept as views, every part of every row would be copied.
    let mut html = String::with_capacity(ROOM);
    for row in rows {
        row.into_view()
            .to_html_with_buf(&mut html, &mut Position::FirstChild, true, false, Vec::new());
    }
    let caption = caption.into();
    let label = caption.clone();
    let headers = headers
        .iter()
        .map(|header| match *header {
            "" => view! { <th scope="col"><span class="visually-hidden">"Acts"</span></th> }.into_any(),
            header => view! { <th scope="col">{header}</th> }.into_any(),
        })
        .collect_view();
    view! {
        // May scroll sideways, so the keyboard must reach it.
        <div class="table-frame" tabindex="0" role="group" aria-label=label>
            <table>
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>{headers}</tr>
                </thead>
                <tbody>{InertElement::new(html)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A cell of a row, with the name of its column.
pub(crate) fn cell(label: &'static str, content: impl IntoView + 'static) -> impl IntoView {
    view! { <td data-label=label>{content}</td> }
}

/// A cell whose text may wrap, and runs in its own direction.
pub(crate) fn wide_cell(label: &'static str, content: impl IntoView + 'static) -> impl IntoView {
    view! { <td class="wide" data-label=label><div>{content}</div></td> }
}
