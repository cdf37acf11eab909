import {formatMilliseconds, formatPercent, measureFormat} from './units.ts';

// Numbers as they are read aloud: a screen reader spells out signs, and takes a thin space for the end of a number.

const nothing = 'unknown';

const known = (value: number | null | undefined): value is number =>
	value !== null && value !== undefined && Number.isFinite(value);

const plural = (count: number, word: string): string => `${count} ${count === 1 ? word : `${word}s`}`;

/** A sentence with its signs and units in words, as far as it is written for eyes. */
export const spokenSentence = (text: string): string =>
	text
		.replaceAll(' → ', ' to ')
		.replace(/(?<=\d) ms\b/g, ' milliseconds')
		.replace(/(?<=\d) s\b/g, ' seconds')
		.replace(/(?<=\d)%/g, ' percent')
		.replace(/(?<=\d)\/s\b/g, ' per second')
		.replace(/(?<=\d)[\u2009\u202f\u00a0 ](?=\d{3}\b)/g, '');

/** '84020', never in groups. */
export const spokenCount = (count: number): string => String(Math.round(count));

/** '2.31 milliseconds'. */
export const spokenMilliseconds = (milliseconds: number | null | undefined): string =>
	known(milliseconds) ? `${formatMilliseconds(milliseconds).replace('<', 'less than ')} milliseconds` : nothing;

/** '12.3 percent'. */
export const spokenPercent = (percent: number | null | undefined): string =>
	known(percent) ? `${formatPercent(percent).replace('%', '').replace('<', 'less than ')} percent` : nothing;

const unitWords: Readonly<Record<string, string>> = {
	ns: 'nanoseconds',
	µs: 'microseconds',
	ms: 'milliseconds',
	s: 'seconds',
	B: 'bytes',
	K: 'kilobytes',
	M: 'megabytes',
	G: 'gigabytes',
	T: 'terabytes',
	P: 'petabytes',
};

/** A value of a metric: '1.23 microseconds', '305 megabytes', '24.0 kilobytes per op', '85.1 per second', '12 files'. */
export const spokenMeasure = (value: number | null | undefined, unit: string): string => {
	if (!known(value)) return nothing;
	const [base = '', ...per] = unit.split('/');
	const number = String(
		Number.isInteger(value) || Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)),
	);
	if (unit === '1/s' || unit === '/s') return `${number} per second`;
	if (unit === '%') return spokenPercent(value);
	const text = measureFormat(unit).figure(value);
	const scaled = /^(.*?) ?(ns|µs|ms|s|[BKMGTP])$/.exec(text);
	const isScaled = scaled !== null && measureFormat(unit).unit !== unit;
	const words = isScaled
		? `${scaled[1]} ${unitWords[scaled[2] ?? '']}`
		: `${number}${/^(1|count|)$/.test(base) ? '' : ` ${base}`}`;
	return [words.replace('<', 'less than '), ...per].join(' per ').trim();
};

/** '1055 a second'. */
export const spokenRate = (perSecond: number | null | undefined): string =>
	known(perSecond) ? `${perSecond < 10 ? perSecond.toFixed(2) : Math.round(perSecond)} answers a second` : nothing;

/** '1 minute 5 seconds'; below a second '0.5 seconds'. */
export const spokenDuration = (milliseconds: number): string => {
	if (milliseconds < 10_000) return plural(Number((milliseconds / 1000).toFixed(1)), 'second');
	const seconds = Math.round(milliseconds / 1000);
	const parts = [
		[Math.floor(seconds / 3600), 'hour'],
		[Math.floor(seconds / 60) % 60, 'minute'],
		[seconds % 60, 'second'],
	] as const;
	return parts.flatMap(([value, word]) => (value === 0 ? [] : [plural(value, word)])).join(' ');
};
