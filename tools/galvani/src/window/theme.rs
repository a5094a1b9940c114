//! What panels look like: the picture's own colours and letters, quiet beside the signals.

use egui::style::{ScrollAnimation, ScrollStyle};
use egui::{Color32, Context, CornerRadius, FontId, Margin, Shadow, Stroke, TextStyle, Theme, Visuals, vec2};
use galvani::scene::{Rgba8, Style};

use super::model::Model;

/// What the look depends on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Look {
    light: bool,
    scale: f32,
    style: Style,
}

impl Look {
    pub(super) fn of(model: &Model) -> Self {
        Self {
            light: model.settings.light,
            scale: model.settings.scale as f32,
            style: model.style(),
        }
    }

    pub(super) fn apply(&self, context: &Context) {
        let theme = if self.light { Theme::Light } else { Theme::Dark };
        context.set_theme(theme);
        context.set_zoom_factor(self.scale);
        let visuals = self.visuals();
        context.all_styles_mut(|style| {
            style.visuals = visuals.clone();
            // Nothing moves by itself.
            style.animation_time = 0.0;
            style.scroll_animation = ScrollAnimation::none();
            style.visuals.text_cursor.blink = false;
            style.spacing.item_spacing = vec2(6.0, 4.0);
            style.spacing.button_padding = vec2(7.0, 2.0);
            style.spacing.interact_size.y = 20.0;
            style.spacing.window_margin = Margin::same(11);
            style.spacing.menu_margin = Margin::same(5);
            style.spacing.scroll = ScrollStyle::thin();
            style.interaction.selectable_labels = false;
            for (text, size) in [
                (TextStyle::Small, 11.0),
                (TextStyle::Body, 12.5),
                (TextStyle::Button, 12.5),
                (TextStyle::Heading, 16.0),
            ] {
                style.text_styles.insert(text, FontId::proportional(size));
            }
            style
                .text_styles
                .insert(TextStyle::Monospace, FontId::monospace(12.0));
        });
    }

    fn visuals(&self) -> Visuals {
        let (ink, ground) = (color(self.style.foreground), color(self.style.background));
        let mix = |share: f32| ground.lerp_to_gamma(ink, share);
        let accent = if self.light {
            Color32::from_rgb(0x00, 0x72, 0xB2)
        } else {
            Color32::from_rgb(0x56, 0xB4, 0xE9)
        };
        let mut visuals = if self.light {
            Visuals::light()
        } else {
            Visuals::dark()
        };
        visuals.panel_fill = mix(if self.light { 0.035 } else { 0.055 });
        visuals.window_fill = mix(if self.light { 0.015 } else { 0.075 });
        visuals.extreme_bg_color = ground;
        visuals.faint_bg_color = mix(0.06);
        visuals.code_bg_color = mix(0.1);
        visuals.window_stroke = Stroke::new(1.0, mix(0.22));
        visuals.window_corner_radius = CornerRadius::same(7);
        visuals.menu_corner_radius = CornerRadius::same(6);
        let shade = Shadow {
            offset: [0, 4],
            blur: 14,
            spread: 0,
            color: Color32::from_black_alpha(if self.light { 40 } else { 110 }),
        };
        (visuals.window_shadow, visuals.popup_shadow) = (shade, shade);
        visuals.selection.bg_fill = accent.gamma_multiply(if self.light { 0.28 } else { 0.38 });
        visuals.selection.stroke = Stroke::new(1.0, ink);
        visuals.hyperlink_color = accent;
        visuals.weak_text_color = Some(mix(0.66));
        visuals.warn_fg_color = if self.light {
            Color32::from_rgb(0x9A, 0x5B, 0x00)
        } else {
            Color32::from_rgb(0xE6, 0x9F, 0x00)
        };
        visuals.error_fg_color = Color32::from_rgb(0xD5, 0x5E, 0x00);
        let states = [
            (&mut visuals.widgets.noninteractive, 0.0, 0.14, 0.92),
            (&mut visuals.widgets.inactive, 0.1, 0.0, 0.92),
            (&mut visuals.widgets.hovered, 0.18, 0.3, 1.0),
            (&mut visuals.widgets.active, 0.26, 0.4, 1.0),
            (&mut visuals.widgets.open, 0.16, 0.2, 1.0),
        ];
        for (state, fill, line, text) in states {
            state.bg_fill = mix(f32::max(fill, 0.1));
            state.weak_bg_fill = mix(fill);
            state.bg_stroke = Stroke::new(if line > 0.0 { 1.0 } else { 0.0 }, mix(line));
            state.fg_stroke = Stroke::new(1.0, mix(text));
            state.corner_radius = CornerRadius::same(4);
            state.expansion = 0.0;
        }
        visuals
    }
}

/// The same colour for egui.
pub(super) fn color(of: Rgba8) -> Color32 {
    Color32::from_rgba_unmultiplied(of.r, of.g, of.b, of.a)
}
