/** Small labelled pictures that everybody knows, to see that training and judges work at all. */
package stipple.data.checks;
