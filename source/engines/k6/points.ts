// What k6 writes with `--out json`: a line for each metric when it first comes, and one for each of its data points. It is
// read here without anything of Node.js, from a stream or from a file that was kept.

export type K6MetricType = 'counter' | 'gauge' | 'trend' | 'rate';

/** A metric as k6 tells it before its first point. */
export type K6Metric = {
	readonly name: string;
	readonly type: K6MetricType;
	/** What its values are: milliseconds, bytes, or anything. */
	readonly contains: 'default' | 'time' | 'data';
	/** Its limits as the script has them: 'p(95)<500'. */
	readonly thresholds: readonly string[];
};

export type K6Tags = Readonly<Record<string, string>>;

/** One value of a metric. `at`: milliseconds of the Unix epoch, to the microsecond. */
export type K6Point = {readonly metric: string; readonly at: number; readonly value: number; readonly tags: K6Tags};

/** An HTTP request, put together from the points of its nine metrics. Milliseconds. */
export type K6Request = {
	/** When it ended, as in a point. */
	readonly at: number;
	readonly tags: K6Tags;
	/** Sending, waiting and receiving together: http_req_duration. */
	readonly duration: number;
	/** Waiting for a connection, with name lookup, TCP and TLS where one had to be made. */
	readonly blocked: number;
	readonly connecting: number;
	readonly tls: number;
	readonly sending: number;
	readonly waiting: number;
	readonly receiving: number;
	/** Whether k6 counts it as failed; absent where the script asked not to be told. */
	readonly failed?: boolean;
};

/** Who hears what a line, or several together, say. */
export type K6Listener = {
	readonly metric: (metric: K6Metric) => void;
	readonly request: (request: K6Request) => void;
	/** Points of all metrics but those of HTTP requests. */
	readonly point: (point: K6Point) => void;
};

export type PointReader = {
	/** Takes a line without its end. False: it is none of k6's points. */
	readonly read: (line: string) => boolean;
	/** Nothing more comes. */
	readonly end: () => void;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const tagsIn = (value: unknown): K6Tags =>
	isRecord(value)
		? Object.fromEntries(
				Object.entries(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
			)
		: {};

const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const types: readonly K6MetricType[] = ['counter', 'gauge', 'trend', 'rate'];

/** A limit is a text, or a text with what follows from it: {threshold, abortOnFail}. */
const thresholdsIn = (value: unknown): readonly string[] =>
	(Array.isArray(value) ? value : []).flatMap((each: unknown) => {
		const text = isRecord(each) ? each.threshold : each;
		return typeof text === 'string' ? [text] : [];
	});

/** The moments of one second, which most lines share. */
let second = {text: '', zone: '', at: Number.NaN};

/** Milliseconds of the epoch of RFC 3339 with up to nine digits of a second. Not a number: it is no moment. */
export const momentOf = (text: string): number => {
	const base = text.slice(0, 19);
	let end = 19;
	if (text[19] === '.') {
		end = 20;
		while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
	}

	const zone = text.slice(end);
	if (second.text !== base || second.zone !== zone) second = {text: base, zone, at: Date.parse(base + zone)};
	// Whole microseconds: doubles hold no more of a moment.
	return end <= 20 ? second.at : second.at + Math.round(Number(`0${text.slice(19, end)}`) * 1e6) / 1000;
};

type Line = {readonly metric: string; readonly time: string; readonly value: number; readonly tags: () => K6Tags};

const head = '{"metric":"';
const beforeTime = '","type":"Point","data":{"time":"';
const beforeValue = '","value":';
const beforeTags = '"tags":';

/** Tags that came before: nearly all lines have those of another. */
const mostKnown = 2000;

const createTags = () => {
	const known = new Map<string, K6Tags>();
	return (text: string): K6Tags => {
		const before = known.get(text);
		if (before !== undefined) return before;
		const tags = tagsIn(parsed(text));
		if (known.size >= mostKnown) known.clear();
		known.set(text, tags);
		return tags;
	};
};

/** A point as k6 writes it, without reading all of it; `undefined`: it has another form. */
const quick = (line: string, tagsOf: (text: string) => K6Tags): Line | undefined => {
	if (!line.startsWith(head)) return undefined;
	const nameEnd = line.indexOf('"', head.length);
	const time = nameEnd + beforeTime.length;
	if (!line.startsWith(beforeTime, nameEnd)) return undefined;
	const timeEnd = line.indexOf('"', time);
	const value = timeEnd + beforeValue.length;
	if (!line.startsWith(beforeValue, timeEnd)) return undefined;
	const valueEnd = line.indexOf(',', value);
	if (valueEnd < 0 || !line.startsWith(beforeTags, valueEnd + 1) || !line.endsWith('}}}')) return undefined;
	const tags = valueEnd + 1 + beforeTags.length;
	return {
		metric: line.slice(head.length, nameEnd),
		time: line.slice(time, timeEnd),
		value: Number(line.slice(value, valueEnd)),
		tags: () => {
			// What the script adds that is no tag comes after them.
			const end = line.indexOf('},"metadata":', tags);
			return tagsOf(line.slice(tags, end < 0 ? -2 : end + 1));
		},
	};
};

type Open = {-readonly [Member in keyof K6Request]: K6Request[Member]} & {readonly time: string; isTimed: boolean};

const durations = {
	http_req_duration: 'duration',
	http_req_blocked: 'blocked',
	http_req_connecting: 'connecting',
	http_req_tls_handshaking: 'tls',
	http_req_sending: 'sending',
	http_req_waiting: 'waiting',
	http_req_receiving: 'receiving',
} as const;

const isDuration = (metric: string): metric is keyof typeof durations => Object.hasOwn(durations, metric);

/** Reads lines one after the other; requests are put together, since k6 writes the points of one in a row. */
export const createPointReader = (listener: K6Listener): PointReader => {
	const tagsOf = createTags();
	let open: Open | undefined;
	const close = (): void => {
		if (open === undefined) return;
		const {time: _, isTimed, ...request} = open;
		open = undefined;
		// Where lines of several are mixed or missing, what it took is not known: no time is no 0 ms.
		if (isTimed) listener.request(request);
	};

	const take = ({metric, time, value, tags}: Line): void => {
		if (metric === 'http_reqs') {
			close();
			const rest = {duration: 0, blocked: 0, connecting: 0, tls: 0, sending: 0, waiting: 0, receiving: 0};
			open = {time, isTimed: false, at: momentOf(time), tags: tags(), ...rest};
			return;
		}

		if (open?.time === time) {
			if (isDuration(metric)) {
				open[durations[metric]] = value;
				open.isTimed ||= metric === 'http_req_duration';
				return;
			}

			if (metric === 'http_req_failed') {
				open.failed = value !== 0;
				close();
				return;
			}
		}

		close();
		// The rest of a request whose beginning is not there says nothing.
		if (isDuration(metric) || metric === 'http_req_failed') return;
		listener.point({metric, at: momentOf(time), value, tags: tags()});
	};

	const declare = (data: Readonly<Record<string, unknown>>): boolean => {
		const {name, type, contains} = data;
		const known = types.find((each) => each === type);
		if (typeof name !== 'string' || known === undefined) return false;
		listener.metric({
			name,
			type: known,
			contains: contains === 'time' || contains === 'data' ? contains : 'default',
			thresholds: thresholdsIn(data.thresholds),
		});
		return true;
	};

	return {
		read(line) {
			const found = quick(line, tagsOf);
			if (found !== undefined && Number.isFinite(found.value)) {
				take(found);
				return true;
			}

			const whole = line.startsWith('{') ? parsed(line) : undefined;
			if (!isRecord(whole) || !isRecord(whole.data)) return false;
			const {type, metric, data} = whole;
			if (type === 'Metric') return declare(data);
			const {time, value, tags} = data;
			if (type !== 'Point' || typeof metric !== 'string' || typeof time !== 'string') return false;
			if (typeof value !== 'number') return false;
			take({metric, time, value, tags: () => tagsIn(tags)});
			return true;
		},
		end: close,
	};
};
