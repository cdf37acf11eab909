import type {ReplyName} from '../servers/plan.ts';
import {startTarget} from '../servers/start.ts';
import {runBenchtop} from '../tools/benchtop.ts';
import {atLeast, atMost, cannot, ended, near, observe, ownClaims, type Row, verdict} from './row.ts';

/** Requests are counted alike on both sides, but for one in flight on each connection. */
const connections = 4;

const often = (name: ReplyName, of: number): readonly ReplyName[] => [...Array<'ok'>(of - 1).fill('ok'), name];

const drops: Row = {
	id: '5',
	situation: 'drops 1 connection in 20 requests, else 20 ms',
	truth: 'p50 and p90 stay; every drop is counted, by name',
	alone: true,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: often('drop', 20), delay: 20}, {connections, duration: 2000 * scale});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		return verdict([
			near('failures', figures.failures, log.ended.drop ?? 0, connections),
			near('p50', figures.latency.p50, 20.8, 2.5),
			atMost('p90', figures.latency.p90, 30),
			atLeast('requests', log.requests, 200),
			near('replies', figures.replies, log.ended.ok ?? 0, connections),
		]);
	},
};

/** A way to fail that must be counted as often as it happened, and leave the other requests alone. */
const failing = (id: string, name: ReplyName, situation: string, outcome: RegExp): Row => ({
	id,
	situation,
	truth: 'counted as failures, by name; the next request is fine',
	alone: false,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: often(name, 10), delay: 2}, {connections, duration: 1000 * scale});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		return verdict([
			near('failures', figures.failures, log.ended[name] ?? 0, connections),
			near('replies', figures.replies, log.ended.ok ?? 0, connections),
			atLeast('requests', log.requests, 100),
			ended(figures),
			...ownClaims(figures, ({summary: {outcomes}}) => [
				[
					Object.keys(outcomes).every((key) => key === '200' || outcome.test(key)),
					`called ${Object.keys(outcomes).join(', ')}`,
				],
			]),
		]);
	},
});

/** A reply that is a reply like any other. */
const answering = (id: string, name: ReplyName, situation: string): Row => ({
	id,
	situation,
	truth: 'a reply like any other; the next request is fine',
	alone: false,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: often(name, 4), delay: 2}, {connections, duration: 1000 * scale});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		return verdict([
			near('failures', figures.failures, 0, 0),
			near('replies', figures.replies, (log.ended.ok ?? 0) + (log.ended[name] ?? 0), connections),
			atLeast('requests', log.requests, 40),
			ended(figures),
		]);
	},
});

const closing: Row = {
	id: '7',
	situation: '10 requests per connection, then Connection: close',
	truth: 'reconnects: no failure, nothing sent to a closing connection',
	alone: false,
	judge: async (tool, scale) => {
		const seen = await observe(
			tool,
			{replies: ['ok'], delay: 1, perConnection: 10},
			{connections, duration: 1000 * scale},
		);
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		return verdict([
			near('failures', figures.failures, 0, 0),
			near('sent too late', log.afterLast, 0, 0),
			near('replies', figures.replies, log.ended.ok ?? 0, connections),
			atLeast('requests', log.requests, 200),
		]);
	},
};

const head: Row = {
	id: '8a',
	situation: 'HEAD with a Content-Length',
	truth: 'done with the headers; the next request is fine',
	alone: false,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: ['head']}, {connections, method: 'HEAD', duration: 1000 * scale});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		return verdict([
			atLeast('replies', figures.replies, 100),
			near('replies', figures.replies, log.ended.head ?? 0, connections),
			near('failures', figures.failures, 0, 0),
			ended(figures),
		]);
	},
};

const bodiless: Row = {
	id: '8b',
	situation: '204, 304 with a Content-Length, 103 before 200',
	truth: 'one reply each, by its own status',
	alone: false,
	judge: async (tool, scale) => {
		const seen = await observe(
			tool,
			{replies: ['ok', 'no content', 'not modified', 'early hints'], delay: 2},
			{connections, duration: 1000 * scale},
		);
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		const of = (name: ReplyName): number => log.ended[name] ?? 0;
		const {statuses} = figures;
		return verdict([
			near('replies', figures.replies, log.requests, connections),
			near('failures', figures.failures, 0, 0),
			atLeast('requests', log.requests, 100),
			ended(figures),
			...(statuses === undefined
				? []
				: [
						near('204', statuses[204], of('no content'), connections),
						near('304', statuses[304], of('not modified'), connections),
						near('200', statuses[200], of('ok') + of('early hints'), connections),
					]),
		]);
	},
};

const hugeHeaders: Row = {
	id: '10e',
	situation: '64 KiB of headers',
	truth: 'a reply, or a failure by name; never a hang',
	alone: false,
	judge: async (tool, scale) => {
		const seen = await observe(
			tool,
			{replies: often('huge headers', 4), delay: 2},
			{connections, duration: 1000 * scale},
		);
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		const {replies, failures} = figures;
		return verdict([
			near(
				'counted',
				replies === undefined || failures === undefined ? undefined : replies + failures,
				(log.ended.ok ?? 0) + (log.ended['huge headers'] ?? 0),
				connections,
			),
			atLeast('requests', log.requests, 40),
			ended(figures),
		]);
	},
};

/** How much more memory large bodies may take than tiny ones: buffers of the kernel's size, not the bodies. */
const bodyMemory = 64 * 1024 * 1024;

const large: Row = {
	id: '19',
	situation: 'bodies of 1 MiB',
	truth: 'bytes counted, never kept: at most 64 MiB more memory than with tiny bodies',
	alone: true,
	judge: async (tool, scale) => {
		const duration = 1500 * scale;
		const seen = await observe(tool, {replies: ['mebibyte']}, {connections, duration});
		const tiny = await observe(tool, {replies: ['ok'], delay: 1}, {connections, duration});
		if (seen === undefined || tiny === undefined) return cannot;
		const {figures, log} = seen;
		const more = figures.memory.most - tiny.figures.memory.most;
		return verdict([
			atMost('MiB more', more / 2 ** 20, bodyMemory / 2 ** 20),
			near('replies', figures.replies, log.ended.mebibyte ?? 0, connections),
			atLeast('requests', log.requests, 20),
			...ownClaims(figures, ({summary: {throughput}, durationMs}) => {
				const bodies = (throughput.bytesInPerSecond * durationMs) / 1000 / 2 ** 20;
				return [near('MiB counted', bodies, log.ended.mebibyte ?? 0, 1 + connections)];
			}),
		]);
	},
};

/** What a target may not do to the terminal of who loads it. */
const harmful = /\x1b\[2J|\x1b\]0;|\x1b\[5m|\x1b\[1;1H|\x07/;

const escapes: Row = {
	id: '20',
	situation: 'terminal escapes in the status text and a header',
	truth: 'never printed as they came',
	alone: false,
	judge: async (tool, scale) => {
		const seen = await observe(tool, {replies: ['escapes']}, {connections, duration: 1000 * scale});
		if (seen === undefined) return cannot;
		const {figures} = seen;
		const texts = [figures.output];
		if (figures.report !== undefined) {
			const target = await startTarget({replies: ['escapes']});
			const words = [target.url, '-d', '500ms', '--warmup', '0', '--no-save', '--engine', figures.report.engine];
			try {
				for (const form of ['--plain', '--ndjson']) texts.push((await runBenchtop([...words, form], 500)).output);
			} finally {
				await target.close();
			}
		}

		return verdict([
			atLeast('replies', figures.replies, 50),
			[!texts.some((text) => harmful.test(text)), 'escapes in its output'],
		]);
	},
};

export const replyRows: readonly Row[] = [
	drops,
	failing('6', 'finish', 'FIN in place of 1 reply in 10', /^closed before response$/),
	failing('6b', 'reset', 'RST in place of 1 reply in 10', /^ECONNRESET$/),
	closing,
	head,
	bodiless,
	failing('10a', 'truncated', '1 body in 10 shorter than its Content-Length', /^truncated$/),
	failing('10b', 'rubbish', '1 reply in 10 is no HTTP', /^malformed reply/),
	failing('10c', 'bad chunk', '1 reply in 10 has a chunk without a size', /^malformed reply/),
	answering('10d', 'trailers', 'chunks with extensions and trailers'),
	hugeHeaders,
	answering('10f', 'until close', 'a body as long as its connection'),
	answering('10g', 'dribble', 'replies byte by byte'),
	large,
	escapes,
];
