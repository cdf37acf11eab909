import type {Look} from './pane.ts';

/** How a run is looked at before the user chose anything. */
export const defaultLook: Look = {
	charset: 'braille',
	window: 60_000,
	whole: true,
	cursor: undefined,
	latencyUnit: 'ms',
	overlaid: true,
	filter: '',
	notices: [],
	cost: undefined,
};
