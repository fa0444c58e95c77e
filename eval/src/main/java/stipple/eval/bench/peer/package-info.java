/** llama.cpp on the same shape and bits, in the same run: the backbone step is the same work for both. */
package stipple.eval.bench.peer;
