/** Whether a picture shows what a prompt of the composition domain asks for, decided by geometry alone. */
package stipple.eval.composition;
