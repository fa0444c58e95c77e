/** How well pictures suit captions, by a dual encoder that this project trained. */
package stipple.eval.agreement;
