// The process that starts the commands of the engine `command`, one at a time, and times them.
import {bestWay, serveOrders} from './engines/command/launcher.ts';

await serveOrders(bestWay());
