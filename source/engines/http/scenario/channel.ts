import type {Recorder} from '../../engine.ts';
import {outcomeOf} from '../outcomes.ts';
import {createParser, endsWhole, isMalformed, isPastHead, isTooLarge, parse, resetParser, wantsMore} from '../reply.ts';
import type {Line, Way} from '../way.ts';
import {type ReplyMessage, readReply} from './reply-message.ts';

/** How a request ended. Moments are of `performance.now()`. */
export type ChannelEars = {
	/** It was written, on a connection that was there or is there now. */
	readonly written: (now: number) => void;
	/** Its reply is whole. `isComplete`: all of it was kept that was wanted. */
	readonly replied: (reply: ReplyMessage, firstByte: number, now: number, isComplete: boolean) => void;
	/** The connection was lost by this name. `isUnmade`: it had never answered. */
	readonly lost: (outcome: string, isUnmade: boolean) => void;
};

/** A user's connection to one origin, one request at a time; it is made when it is needed, and kept. */
export type Channel = {
	/** `isKept`: another request may follow; `keepsBody`: of its reply the body is wanted, too. */
	readonly send: (
		bytes: Buffer,
		options: {readonly isHead: boolean; readonly isKept: boolean; readonly keepsBody: boolean},
	) => void;
	/** Gives up the request under way, and its connection; nothing more is heard of it. */
	readonly giveUp: () => void;
	readonly close: () => void;
};

export type ChannelParts = {
	readonly way: Way;
	/** That all channels of a thread read into. */
	readonly buffer: Buffer;
	readonly recorder: Recorder;
	readonly ears: ChannelEars;
	/** A connection that its target is to close. */
	readonly leave: (line: Line) => void;
};

/** No more of a reply is kept than so many bytes. */
const longestKept = 64 * 1024 * 1024;
/** A connection is not used in the last moments that its target says to keep it, lest it close meanwhile. Milliseconds. */
const lastMoments = 1000;

const emptyLine = Buffer.from('\r\n\r\n');

/** The part of the bytes that the head lies in, where that is easily seen; else all of them. */
const headOf = (bytes: Buffer): Buffer => {
	const end = bytes.indexOf(emptyLine);
	// After an interim reply another one comes.
	return end < 0 || bytes[9] === 0x31 ? bytes : bytes.subarray(0, end + emptyLine.length);
};

/** How long a connection is used after a reply that says how long its target keeps it. Milliseconds. */
const usableFor = (reply: ReplyMessage): number => {
	const seconds = /(?:^|[,;\s])timeout=(\d+)/i.exec(reply.headers('keep-alive').join(','))?.[1];
	if (seconds === undefined) return Number.POSITIVE_INFINITY;
	const kept = Number(seconds) * 1000;
	return kept - Math.min(lastMoments, kept / 2);
};

/** A channel that is not connected yet. */
export const createChannel = ({way, buffer, recorder, ears, leave}: ChannelParts): Channel => {
	let parser = createParser(false);
	let line: Line | undefined;
	let isOpen = false;
	let isBusy = false;
	let replies = 0;
	let firstByte = 0;
	let request: Buffer | undefined;
	let isKept = true;
	let keepsBody = false;
	let kept: Buffer[] = [];
	let keptBytes = 0;
	/** Until when the connection may be used. */
	let usableUntil = Number.POSITIVE_INFINITY;

	const detach = (): Line | undefined => {
		const detached = line;
		line = undefined;
		isOpen = false;
		return detached;
	};

	const lose = (outcome: string): void => {
		detach()?.destroy();
		if (!isBusy) return;
		isBusy = false;
		kept = [];
		ears.lost(outcome, replies === 0);
	};

	const loseUnasked = (): void => {
		recorder.offer(1);
		recorder.fail(recorder.outcome('reply without a request', true));
		detach()?.destroy();
	};

	const conclude = (now: number, isReusable: boolean): void => {
		const reply = readReply(kept.length === 1 ? kept[0]! : Buffer.concat(kept));
		const isComplete = keptBytes <= longestKept;
		kept = [];
		isBusy = false;
		replies++;
		if (isReusable) usableUntil = now + usableFor(reply);
		else {
			const gone = detach();
			if (gone !== undefined) leave(gone);
		}

		ears.replied(reply, firstByte, now, isComplete);
	};

	const read = (length: number, bytes: Uint8Array): void => {
		const now = performance.now();
		recorder.received(length);
		if (!isBusy) {
			loseUnasked();
			return;
		}

		if (!parser.isBegun) firstByte = now;
		const wasInHead = !isPastHead(parser);
		const position = parse(parser, bytes, 0, length);
		if (keepsBody || wasInHead) {
			keptBytes += position;
			const some = Buffer.from(bytes.buffer, bytes.byteOffset, position);
			if (keptBytes <= longestKept) kept.push(Buffer.from(keepsBody ? some : headOf(some)));
		}

		switch (parser.event) {
			case wantsMore:
				return;
			case isMalformed:
				lose('malformed reply');
				return;
			case isTooLarge:
				lose('reply head too large');
				return;
			default:
		}

		// One request is in flight: what comes after its reply belongs to none.
		if (position < length) loseUnasked();
		conclude(now, line !== undefined && parser.isKept && isKept);
	};

	const ended = (): void => {
		if (!isBusy) detach()?.destroy();
		else if (parser.isBegun && endsWhole(parser)) conclude(performance.now(), false);
		else lose(parser.isBegun ? 'truncated' : 'closed before response');
	};

	const write = (): void => {
		if (request === undefined || line === undefined) return;
		recorder.sent(request.length);
		line.socket.write(request);
		request = undefined;
		ears.written(performance.now());
	};

	const connect = (): void => {
		resetParser(parser);
		replies = 0;
		usableUntil = Number.POSITIVE_INFINITY;
		const opened: Line = way.open(
			{
				opened() {
					if (line !== opened) return;
					isOpen = true;
					write();
				},
				read(length, bytes) {
					if (line === opened) read(length, bytes);
				},
				ended() {
					if (line === opened) ended();
				},
				failed(error) {
					if (line !== opened) return;
					if (isBusy) lose(outcomeOf(error));
					else detach()?.destroy();
				},
				step: (step, took) => recorder.setup(step, took * 1000),
			},
			buffer,
		);
		line = opened;
	};

	return {
		send(bytes, options) {
			isBusy = true;
			({isKept, keepsBody} = options);
			request = bytes;
			kept = [];
			keptBytes = 0;
			if (parser.isHead !== options.isHead) parser = createParser(options.isHead);
			if (line !== undefined && isOpen && performance.now() > usableUntil) detach()?.destroy();
			if (line === undefined) connect();
			else if (isOpen) write();
		},
		giveUp() {
			isBusy = false;
			kept = [];
			request = undefined;
			detach()?.destroy();
		},
		close() {
			isBusy = false;
			detach()?.destroy();
		},
	};
};
