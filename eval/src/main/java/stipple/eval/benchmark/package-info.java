/** Pictures for public benchmarks: prompts from the user's copy, files where each official scorer looks for them. */
package stipple.eval.benchmark;
