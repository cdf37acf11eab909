import {printable} from '../../core/printable.ts';
import {formatCount} from '../../core/units.ts';
import {type Line, span} from '../line.ts';

/** Whether a text holds what is looked for; letter case does not matter. */
export const matcher = (filter: string): ((text: string) => boolean) => {
	const wanted = filter.toLowerCase();
	return (text) => wanted === '' || text.toLowerCase().includes(wanted);
};

/** How much of a list is shown; nothing where nothing is looked for. */
export const matchNote = (shown: number, all: number, filter: string): Line =>
	filter === ''
		? []
		: [
				span(
					`${formatCount(shown)} of ${formatCount(all)} match "${printable(filter)}"`,
					shown === 0 ? 'warn' : 'info',
				),
			];
