package stipple.eval.benchmark;

/** Public benchmarks whose pictures can be drawn here. The scorers are their authors' own. */
public enum Benchmark {
    /** GenEval (Ghosh et al. 2023): 553 prompts in {@code evaluation_metadata.jsonl}. */
    GENEVAL("geneval", 4, "evaluation_metadata.jsonl of its repository"),
    /** DPG-Bench (Hu et al. 2024): 1,065 prompts, a text file each; four pictures in one. */
    DPG("dpg", 4, "the folder dpg_bench/prompts of its repository"),
    /** WISE (Niu et al. 2025): 1,000 prompts in three JSON files. */
    WISE("wise", 1, "a JSON file of its repository's data, or the folder of them"),
    /** OneIG-Bench (Chang et al. 2025): prompts of six kinds in a CSV file; four pictures in one. */
    ONEIG("oneig", 4, "OneIG-Bench.csv or OneIG-Bench-ZH.csv"),
    /** GenAI-Bench (Li et al. 2024): 1,600 prompts in {@code genai_image.json}. */
    GENAI_BENCH("genai-bench", 1, "genai_image.json");

    private final String id;
    private final int pictures;
    private final String source;

    Benchmark(String id, int pictures, String source) {
        this.id = id;
        this.pictures = pictures;
        this.source = source;
    }

    /** Its name. */
    public String id() {
        return id;
    }

    /** Pictures a prompt that its authors ask for. */
    public int pictures() {
        return pictures;
    }

    /** What to give as prompts. */
    public String source() {
        return source;
    }
}
