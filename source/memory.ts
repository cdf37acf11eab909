// A process whose memory is measured: calls one function, and tells what that does to its heap.
import {serveMemory} from './engines/micro/memory-child.ts';

serveMemory();
