//! The panel's signs, drawn as paths on a grid of 20.

use leptos::prelude::*;

/// A sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Two scripts.
    Translate,
    /// Lines that become fewer.
    Summarize,
    /// Arrows outwards.
    Expand,
    /// A lamp.
    Explain,
    /// A speech bubble.
    Question,
    /// An arrow upwards.
    Send,
    /// A filled square.
    Stop,
    /// Two sheets.
    Copy,
    /// A tick.
    Done,
    /// An arrow in a circle.
    Retry,
    /// An angle downwards.
    Chevron,
    /// An arrow downwards.
    Down,
    /// A sheet with lines.
    Page,
    /// A sheet with a marked line.
    Selection,
    /// A circle with a stroke.
    Notice,
    /// Two heads.
    Experts,
    /// Sliders.
    Settings,
    /// A thumb upwards.
    ThumbUp,
    /// A thumb downwards.
    ThumbDown,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Translate => {
                "M2.5 5h8M6.5 3v2m2.4 0c-.7 3-2.8 5.300-6 6.600M4.500 7.500c.9 1.800 2.600 3.200 \
                 4.800 4M9.500 17l3.600-8.500L16.700 17M10.700 14.300h4.800"
            }
            Self::Summarize => "M3.500 4.500h13M3.500 8.200h13M3.500 11.900h8.500M3.500 15.600h5",
            Self::Expand => {
                "M12 3.500h4.500V8M16.500 3.500l-5 5M8 16.500H3.500V12M3.500 16.500l5-5"
            }
            Self::Explain => {
                "M7.500 14.200c0-1.500-2.700-2.600-2.700-6a5.200 5.200 0 0 1 10.400 0c0 3.400-2.700 4.500-2.700 \
                 6zM7.800 17h4.400"
            }
            Self::Question => {
                "M4.500 3.800h11a1.500 1.500 0 0 1 1.500 1.500v7a1.500 1.500 0 0 1-1.500 1.500H10l-3.800 \
                 3v-3H4.500A1.500 1.500 0 0 1 3 12.300v-7a1.500 1.500 0 0 1 1.500-1.500z"
            }
            Self::Send => "M10 16V4.500M5 9.200l5-5 5 5",
            Self::Stop => "M6 6h8v8H6z",
            Self::Copy => {
                "M7.500 7.500h8v8.500a.8.8 0 0 1-.8.8H8.300a.8.8 0 0 1-.8-.8zM12.500 \
                 7.500V4a.8.8 0 0 0-.8-.8H5.300a.8.8 0 0 0-.8.8v7.700a.8.8 0 0 0 .8.8h2.200"
            }
            Self::Done => "M4.500 10.500l3.700 3.700 7.300-8",
            Self::Retry => "M16 10a6 6 0 1 1-1.900-4.400M16.200 3v3.300h-3.300",
            Self::Chevron => "M5.500 8l4.500 4.500L14.500 8",
            Self::Down => "M10 4v11.500M5 10.800l5 5 5-5",
            Self::Page => "M5 3h7l3.500 3.500V17H5zM8 9h4.500M8 12h4.500",
            Self::Selection => "M4 4.500h12M4 15.500h12M4 8.200h12v3.600H4z",
            Self::Experts => {
                "M7.500 9.500a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400zM2.500 16c.3-2.700 2.300-4.200 \
                 5-4.200s4.700 1.500 5 4.200M12.800 4.300a2.700 2.700 0 0 1 0 5M14.500 12c1.700.6 2.800 1.900 3 4"
            }
            Self::Settings => {
                "M3 6h7M14 6h3M3 14h3M10 14h7M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
            }
            Self::ThumbUp => {
                "M6.500 9l3.200-6c1.200 0 1.900.9 1.700 2L11 7.800h4.400a1.300 1.300 0 0 1 1.300 1.500l-1 \
                 5.800a1.300 1.300 0 0 1-1.300 1.100H6.500zM3.500 9h3v7.200h-3z"
            }
            Self::ThumbDown => {
                "M6.500 11l3.200 6c1.200 0 1.900-.9 1.700-2L11 12.200h4.400a1.300 1.300 0 0 0 1.300-1.500l-1-5.800a1.300 \
                 1.300 0 0 0-1.300-1.100H6.500zM3.500 11h3V3.800h-3z"
            }
            Self::Notice => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6.500v4.300M10 13.400v.1",
        }
    }
}

/// Draws a sign. It never says more than the text or label beside it.
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
}
