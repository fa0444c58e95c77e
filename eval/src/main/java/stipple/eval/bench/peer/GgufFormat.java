package stipple.eval.bench.peer;

import stipple.torch.UserException;
import stipple.torch.kernels.WeightFormat;

/** Formats of llama.cpp in about the bits of ours; both have one float16 scale for 32 weights. */
enum GgufFormat {
    /** 4.5 bits a weight. */
    Q4_0(18, 2, 2),
    /** 8.5 bits a weight. */
    Q8_0(34, 8, 7);

    static final int BLOCK = 32;

    private final int blockBytes;
    private final int type;
    private final int fileType;

    GgufFormat(int blockBytes, int type, int fileType) {
        this.blockBytes = blockBytes;
        this.type = type;
        this.fileType = fileType;
    }

    /**
     * The one nearest to a format of ours.
     *
     * @throws UserException if none is
     */
    static GgufFormat of(WeightFormat format) {
        return switch (format) {
            case INT4 -> Q4_0;
            case INT8 -> Q8_0;
            default ->
                throw new UserException("llama.cpp is compared in int8 and int4, not in " + format.id()
                        + "; give --quant int8 or int4");
        };
    }

    /** Bytes of one block: a scale and 32 weights. */
    int blockBytes() {
        return blockBytes;
    }

    /** ggml's number for the type of a tensor. */
    int type() {
        return type;
    }

    /** llama.cpp's number for a file in this format. */
    int fileType() {
        return fileType;
    }

    long bytes(long weights) {
        return weights / BLOCK * blockBytes;
    }
}
