// The fixed sets that flags and settings of the full screen share. Apart from both, so that the help loads nothing else.

/** How many colours are used. */
export const depthChoices = ['auto', 'never', '16', '256', 'truecolor'] as const;

/** What charts are drawn with. */
export const charsetChoices = ['auto', 'braille', 'block', 'ascii'] as const;

/** The panes that the board begins with. */
export const layoutPresets = ['all', 'latency', 'resources', 'compare'] as const;

/** The least and the most time between two frames, in milliseconds. */
export const refreshLimits = {least: 100, most: 60_000} as const;

export type DepthChoice = (typeof depthChoices)[number];
export type CharsetChoice = (typeof charsetChoices)[number];
export type LayoutPreset = (typeof layoutPresets)[number];
