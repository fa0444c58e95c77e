/** Training runs and evaluation reports as they lie on disk, read for those who watch them; nothing is ever written. */
package stipple.server.runs;
