/** A number with its unit, as people write them. */
export type Quantity = {
	readonly value: number;
	/** 'ms', 'bytes', '1/s', 'bytes/s' or '%'; any other word as it was written; empty of a bare number. */
	readonly unit: string;
};

/** Of each kind of unit, how many of the first one the others are. */
const kinds: ReadonlyArray<Readonly<Record<string, number>>> = [
	{ms: 1, ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, s: 1000, min: 60_000, m: 60_000, h: 3_600_000},
	{
		bytes: 1,
		byte: 1,
		B: 1,
		kB: 1e3,
		KB: 1e3,
		MB: 1e6,
		GB: 1e9,
		TB: 1e12,
		KiB: 1024,
		MiB: 1024 ** 2,
		GiB: 1024 ** 3,
		TiB: 1024 ** 4,
	},
	{'1/s': 1, '/s': 1, 'k/s': 1e3, 'M/s': 1e6, '1/min': 1 / 60, '/min': 1 / 60, '1/h': 1 / 3600, '/h': 1 / 3600},
	{'bytes/s': 1, 'B/s': 1, 'kB/s': 1e3, 'KB/s': 1e3, 'MB/s': 1e6, 'GB/s': 1e9, 'KiB/s': 1024, 'MiB/s': 1024 ** 2},
	{'%': 1},
];

/** A product without the noise of binary fractions: 0.1 % is 0.001 of the whole. */
const times = (value: number, factor: number): number => Number((value * factor).toPrecision(15));

/** A number of one unit in another; `undefined` when they measure different things. */
export const inUnit = ({value, unit}: Quantity, wanted: string): number | undefined => {
	if (unit === wanted) return value;
	const kind = kinds.find((units) => Object.hasOwn(units, unit));
	if (kind === undefined || !Object.hasOwn(kind, wanted)) return undefined;
	return times(value, kind[unit]! / kind[wanted]!);
};

/** '450ms', '1.5 s', '0.1%', '1200/s', '64MiB', '1e6'; `undefined` of what does not begin with a number. */
export const parseQuantity = (text: string): Quantity | undefined => {
	const match = /^(-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)\s*(\D.*)?$/i.exec(text.trim());
	if (match === null) return undefined;
	const value = Number(match[1]);
	const unit = (match[2] ?? '').trim();
	const kind = kinds.find((units) => Object.hasOwn(units, unit));
	const [first] = kind === undefined ? [] : Object.keys(kind);
	return first === undefined ? {value, unit} : {value: times(value, kind![unit]!), unit: first};
};
