import type {Option} from './flags.ts';
import {watchOptions} from './options.ts';

/** The flags of the frame around any engine's own plan; apart from what reads them, so that the help loads nothing else. */
export const frameOptions: readonly Option[] = [
	{name: 'duration', short: 'd', value: 'TIME', about: 'time to measure', otherwise: 'what the benchmark needs'},
	{name: 'warmup', value: 'TIME', about: 'time before measuring, not counted'},
	...watchOptions,
	{name: 'name', value: 'NAME', about: 'what the history calls this benchmark', otherwise: 'what is measured'},
	{name: 'tag', value: 'TAG', repeatable: true, about: 'a tag for the history, repeatable'},
];
