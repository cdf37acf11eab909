// Flags as data, apart from the code that reads them, so that the help loads nothing else.
import type {Option} from './flags.ts';
import {charsetChoices, depthChoices, layoutPresets} from './view-choices.ts';

/** What is watched beside the host. */
export const watchOptions: readonly Option[] = [
	{name: 'pid', value: 'PID', about: 'process under test, to watch its CPU and memory'},
	{
		name: 'watch-port',
		value: 'PORT',
		about: 'watch whoever listens on this local port',
		otherwise: "a loopback target's own",
	},
	{name: 'container', value: 'NAME', about: 'watch a container (Docker, Podman), a systemd unit or a control group'},
	{name: 'node-exporter', value: 'URL', about: 'watch a remote machine by its Prometheus node_exporter'},
];

/** The flags of every load that a command line describes. */
export const loadOptions: readonly Option[] = [
	{name: 'connections', short: 'c', value: 'N', about: 'open connections', otherwise: '10'},
	{name: 'duration', short: 'd', value: 'TIME', about: 'time to measure, such as 500ms, 30s or 5m', otherwise: '10s'},
	{
		name: 'rate',
		short: 'R',
		value: 'N',
		about: 'requests per second over all connections, due whatever became of those before; 100..2000 is a ramp',
		otherwise: 'as fast as they go',
	},
	{name: 'steps', value: 'N', about: 'climb a ramp in so many steps', otherwise: 'in a straight line'},
	{name: 'arrivals', value: 'HOW', about: 'how requests of a rate are spread: even, poisson', otherwise: 'even'},
	{name: 'seed', value: 'N', about: 'of random arrivals: the same number, the same times', otherwise: '1'},
	{
		name: 'max-connections',
		value: 'N',
		about: 'with a rate, open more up to so many when all are busy',
		otherwise: 'ten times --connections',
	},
	{name: 'precise', about: 'with a rate, keep a core busy to send on time'},
	{name: 'method', short: 'm', value: 'METHOD', about: 'request method', otherwise: 'GET, POST with a body'},
	{name: 'header', short: 'H', value: "'NAME: VALUE'", repeatable: true, about: 'request header, repeatable'},
	{name: 'body', short: 'b', value: 'TEXT', about: 'request body'},
	{name: 'body-file', value: 'FILE', about: 'request body from a file'},
	{
		name: 'timeout',
		short: 't',
		value: 'TIME',
		about: 'time after which a request counts as timed out',
		otherwise: '10s',
	},
	{name: 'pipelining', short: 'p', value: 'N', about: 'requests in flight on each connection', otherwise: '1'},
	{name: 'http2', about: 'speak HTTP/2; over TLS as agreed by ALPN, else at once (h2c)'},
	{name: 'follow', about: 'follow redirects: an operation ends with the last reply'},
	{name: 'no-keep-alive', about: 'a connection of its own for each request'},
	{name: 'workers', short: 'w', value: 'N', about: 'load threads, which share connections and rate', otherwise: '1'},
	{
		name: 'warmup',
		value: 'TIME',
		about: 'time before measuring, loaded but not counted',
		otherwise: '10 % of the duration, 3s at most',
	},
	{name: 'amount', value: 'N', about: 'requests to measure, instead of a duration'},
	{name: 'connect-to', value: 'HOST:PORT', about: "connect here instead of to the URL's host"},
	{name: 'proxy', value: 'URL', about: 'through a tunnel of this HTTP proxy (CONNECT)'},
	{name: 'unix', value: 'FILE', about: 'connect to this Unix socket instead'},
	{name: 'insecure', short: 'k', about: 'take any TLS certificate'},
	{name: 'ca', value: 'FILE', about: 'certificates to trust instead of the usual ones (PEM)'},
	{name: 'cert', value: 'FILE', about: 'certificate of this client (PEM)'},
	{name: 'key', value: 'FILE', about: 'private key of this client (PEM)'},
	{name: 'engine', value: 'NAME', about: 'what drives the load', otherwise: 'http'},
	...watchOptions,
	{name: 'name', value: 'NAME', about: 'what the history calls this benchmark', otherwise: 'the URL'},
	{name: 'tag', value: 'TAG', repeatable: true, about: 'a tag for the history, repeatable'},
];

/** How many colours are used, of every command that uses any. */
export const colorOption: Option = {
	name: 'color',
	value: 'WHEN',
	about: `how many colours: ${depthChoices.join(', ')}`,
	otherwise: 'auto: by terminal and NO_COLOR',
};

/** How a run is shown. */
export const viewOptions: readonly Option[] = [
	{
		name: 'json',
		value: 'FILE',
		optional: true,
		about: 'write one JSON document: to a file (*.json, or --json=FILE), or alone to standard output',
	},
	{name: 'ndjson', about: 'write the events as they happen, one JSON object a line'},
	{name: 'quiet', short: 'q', about: 'no progress, only the outcome'},
	{name: 'plain', about: 'no full screen: lines that are only ever added'},
	{name: 'screen-reader', about: 'sentences for the ear instead of signs, one a line (also INK_SCREEN_READER=true)'},
	{
		name: 'theme',
		value: 'NAME',
		about: 'colours of the full screen; benchtop themes lists them',
		otherwise: 'by the terminal',
	},
	colorOption,
	{
		name: 'charset',
		value: 'NAME',
		about: `what charts are drawn with: ${charsetChoices.join(', ')}`,
		otherwise: 'auto: by terminal and locale',
	},
	{name: 'refresh', value: 'TIME', about: 'time between two frames', otherwise: '250ms'},
	{name: 'layout', value: 'NAME', about: `panes to begin with: ${layoutPresets.join(', ')}`, otherwise: 'all'},
];

/** Where a run is kept, and what it is shown against. */
export const keepOptions: readonly Option[] = [
	{
		name: 'store',
		value: 'URL',
		about: 'the history: a file, or a database URL',
		otherwise: '.benchtop/history.db beside benchtop.yaml, else your data folder',
	},
	{name: 'no-save', about: 'keep nothing of this run'},
	{
		name: 'baseline',
		value: 'NAME',
		about: 'show deltas against this baseline',
		otherwise: 'the newest one, else the last run',
	},
];

/** How often a load is repeated. */
export const roundsOption: Option = {
	name: 'rounds',
	value: 'N',
	about: 'run each so often, in turns: several runs can be judged, one cannot',
	otherwise: '1',
};

export const roundsLimits = {least: 1, most: 1000};

/** What fails when something became worse. */
export const gateOptions: readonly Option[] = [
	{name: 'gate', about: 'exit code 1 when something became worse, 3 when that cannot be told'},
	{
		name: 'inconclusive',
		value: 'WHAT',
		about: 'what --gate makes of what cannot be told: pass (exit code 0) or fail (1)',
		otherwise: 'exit code 3',
	},
	{name: 'force', about: 'with --gate: judge even against a baseline of another load or machine'},
];

/** Of every command. */
export const debugOption: Option = {
	name: 'debug',
	about: 'stack traces, and the words of the process that drives the load',
};
