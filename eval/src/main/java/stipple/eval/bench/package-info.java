/** How fast a model runs here, held against what the machine could do at best. */
package stipple.eval.bench;
