import {connect, type Socket} from 'node:net';
import {StringDecoder} from 'node:string_decoder';

const bufferBytes = 65_536;
/** Lines that nobody has taken yet; beyond, no more are read. */
const mostWaiting = 1000;

/**
 * Connects to a socket of this machine and gives its lines as they come, until it closes. All is read into one buffer:
 * a viewer reads a little several times a second, and a buffer for each time would be most of what it allocates.
 */
export const connectLines = (path: string): {readonly socket: Socket; readonly lines: AsyncGenerator<string>} => {
	const decoder = new StringDecoder('utf8');
	const waiting: string[] = [];
	let begun = '';
	let isOpen = true;
	let wake = (): void => {};
	const socket = connect({
		path,
		onread: {
			buffer: Buffer.allocUnsafeSlow(bufferBytes),
			callback(length, buffer) {
				const whole = (begun + decoder.write(Buffer.from(buffer.buffer, buffer.byteOffset, length))).split('\n');
				begun = whole.pop() ?? '';
				waiting.push(...whole);
				wake();
				return waiting.length < mostWaiting;
			},
		},
	});
	socket.on('error', () => {});
	socket.once('close', () => {
		isOpen = false;
		wake();
	});
	async function* lines(): AsyncGenerator<string> {
		for (;;) {
			const line = waiting.shift();
			if (line !== undefined) yield line;
			else if (!isOpen) return;
			else {
				const woken = new Promise<void>((resolve) => {
					wake = resolve;
				});
				socket.resume();
				await woken;
			}
		}
	}

	return {socket, lines: lines()};
};
