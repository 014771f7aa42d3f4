namespace DeepBelief.Experiments.ImageSets;

/// <summary>What an experiment learns from: 60,000 images to train and 10,000 to test, of 28 × 28 pixels and ten classes.</summary>
internal enum ImageSet
{
    /// <summary>Handwritten digits.</summary>
    Mnist,

    /// <summary>Photographs of clothes.</summary>
    Fashion,
}

/// <summary>What the sets are called, and their classes.</summary>
internal static class ImageSetNames
{
    private static readonly string[] Digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    private static readonly string[] Clothes = ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"];

    extension(ImageSet images)
    {
        /// <summary>The name of the set.</summary>
        public string Name => images == ImageSet.Mnist ? "MNIST" : FashionImages.Name;

        /// <summary>What is to be seen.</summary>
        public string Contents => images == ImageSet.Mnist ? "handwritten digits" : "photographs of clothes";

        /// <summary>The classes, in the order of their labels.</summary>
        public IReadOnlyList<string> Classes => images == ImageSet.Mnist ? Digits : Clothes;
    }
}
