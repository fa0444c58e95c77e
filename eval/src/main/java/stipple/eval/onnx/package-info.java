/** Networks of others in the ONNX format; the only package that knows its runtime, which is loaded when first used. */
package stipple.eval.onnx;
