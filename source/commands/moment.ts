import type {Flags} from '../config/flags.ts';

const day = 24 * 3_600_000;

/** '90d', '12w', or a duration as any other flag has it; milliseconds. Throws a BenchtopError on anything else. */
export const ageOf = (flags: Flags, name: string): number | undefined => {
	const [, count, unit] = /^(\d+)(d|w)$/.exec(flags.text(name) ?? '') ?? [];
	return count === undefined ? flags.duration(name) : Number(count) * day * (unit === 'w' ? 7 : 1);
};

/** A moment as a date or an age: '2025-03-01', '2025-03-01T10:00:00Z', '90d'; ISO 8601. Throws a BenchtopError on anything else. */
export const momentOf = (flags: Flags, name: string, now: number): string | undefined => {
	const text = flags.text(name);
	if (text !== undefined && /^\d{4}-\d\d-\d\d/.test(text)) {
		// A date alone is one on this wall, as dates are shown.
		const time = new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
		if (!Number.isNaN(time.getTime())) return time.toISOString();
	}

	const age = ageOf(flags, name);
	return age === undefined ? undefined : new Date(now - age).toISOString();
};
