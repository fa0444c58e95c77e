package stipple.data.checks;

/** The classes of Fashion-MNIST in the order of their labels. */
enum Garment {
    T_SHIRT("t-shirt", "a t-shirt", "一件", "T恤"),
    TROUSERS("trousers", "a pair of trousers", "一条", "长裤"),
    PULLOVER("pullover", "a pullover", "一件", "套头衫"),
    DRESS("dress", "a dress", "一条", "连衣裙"),
    COAT("coat", "a coat", "一件", "外套"),
    SANDAL("sandal", "a sandal", "一只", "凉鞋"),
    SHIRT("shirt", "a shirt", "一件", "衬衫"),
    SNEAKER("sneaker", "a sneaker", "一只", "运动鞋"),
    BAG("bag", "a bag", "一个", "包"),
    ANKLE_BOOT("ankle boot", "an ankle boot", "一只", "短靴");

    private final String word;
    private final String phrase;
    private final String chineseNumber;
    private final String chinese;

    Garment(String word, String phrase, String chineseNumber, String chinese) {
        this.word = word;
        this.phrase = phrase;
        this.chineseNumber = chineseNumber;
        this.chinese = chinese;
    }

    /** The name in metadata and in the barest caption. */
    String word() {
        return word;
    }

    /** The name with its article. */
    String phrase() {
        return phrase;
    }

    /** The name in Chinese. */
    String chinese() {
        return chinese;
    }

    /** One of it, in Chinese. */
    String chinesePhrase() {
        return chineseNumber + chinese;
    }
}
