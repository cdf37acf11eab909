import type {EventEmitter} from 'node:events';
import type {Socket} from 'node:net';
import {BenchtopError} from '../../errors.ts';

/** The members of an autocannon 9 client that are relied on. */
export type Guest = EventEmitter & {
	conn: Socket;
	destroyed: boolean;
	reqsMade: number;
	/** How many requests it may make in all; 0 and undefined: any number. */
	responseMax: number | undefined;
	/** How many requests it may make in a second; 0 and undefined: any number. */
	rate: number | undefined;
	reqsMadeThisSecond: number;
	/** It has made the requests of this second. */
	paused?: boolean;
	timeout: number;
	readonly opts: object;
	readonly rateInterval?: NodeJS.Timeout;
	/** Not there yet when the client is set up. */
	readonly timeoutTicker?: {readonly reschedule: (milliseconds: number) => void};
	readonly destroy: () => void;
	readonly getRequestBuffer: () => Buffer;
	_connect: () => void;
	_doRequest: () => void;
	readonly parser: {
		readonly hadError?: boolean;
		readonly initialize: (type: 'RESPONSE') => void;
		readonly finish: () => unknown;
	};
	readonly pipelinedRequests: {readonly clear: () => void};
};

export const isGuest = (client: object): client is Guest =>
	'parser' in client &&
	'destroyed' in client &&
	'timeout' in client &&
	'destroy' in client &&
	'_connect' in client &&
	'getRequestBuffer' in client &&
	'reqsMade' in client &&
	'responseMax' in client &&
	'rate' in client &&
	'reqsMadeThisSecond' in client &&
	'opts' in client &&
	'_doRequest' in client &&
	'pipelinedRequests' in client;

/** The longest time that a timer can be set to. */
export const never = 2 ** 31 - 1;

export const foreign = (): BenchtopError =>
	new BenchtopError('This version of autocannon works differently inside.', {
		hint: 'benchtop needs autocannon 9: npm install autocannon@9.',
		exitCode: 4,
	});
