import {type Charset, charsets} from '../core/charset.ts';
import {type LatencyUnit, latencyUnits} from '../core/units.ts';
import {presets} from './presets.ts';

/** What the user chose for all screens, by settings, flags or keys. */
export type Choices = {
	/** A theme's name. */
	readonly theme: string;
	readonly charset: Charset;
	readonly units: LatencyUnit;
	/** A preset's name. */
	readonly layout: string;
	readonly mouse: boolean;
};

/** The member of a list that is so many places after another, round and round. */
export const neighbour = <Item>(list: readonly Item[], item: Item, by = 1): Item =>
	list[(list.indexOf(item) + by + list.length) % list.length] ?? item;

/** The values that each choice of a fixed set goes round. */
export const choiceValues = (themes: readonly string[]) =>
	({
		theme: themes,
		charset: charsets,
		units: latencyUnits,
		layout: presets.map(({name}) => name),
	}) as const;

/** What of the later choices is not as it was before. */
export const differences = (before: Choices, now: Choices): Partial<Choices> => ({
	...(now.theme === before.theme ? {} : {theme: now.theme}),
	...(now.charset === before.charset ? {} : {charset: now.charset}),
	...(now.units === before.units ? {} : {units: now.units}),
	...(now.layout === before.layout ? {} : {layout: now.layout}),
	...(now.mouse === before.mouse ? {} : {mouse: now.mouse}),
});
