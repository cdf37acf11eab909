// A measuring process: calls one function of a module so often as it is told, in a process of its own.
import {obey} from './engines/micro/child.ts';
import type {MicroMessage, MicroOrder} from './engines/micro/messages.ts';

// When there is nobody left to tell anything to, or nothing left to tell.
process.on('disconnect', () => process.exit());
const tell = (message: MicroMessage): Promise<void> =>
	new Promise((resolve) => {
		process.send?.(message, undefined, undefined, () => resolve());
	});
process.once('message', (order: MicroOrder) => {
	// A promise that nothing will ever keep must not keep the process.
	process.channel?.unref();
	void obey(order, tell).then(() => process.disconnect());
});
