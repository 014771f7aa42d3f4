using DeepBelief.Tensors;

namespace DeepBelief;

/// <summary>
/// Training options of a <see cref="ClassificationDbn"/>, layer by layer: the layers below the top as those of a <see cref="Dbn"/>, then
/// the top with labels. One checkpoint covers the whole network.
/// </summary>
public sealed record ClassificationDbnOptions : DbnTrainingOptions
{
    /// <summary>
    /// Options of the top machine. Default: generative training alone, -log p(features, y), as in Hinton, Osindero and Teh 2006, of
    /// 10 epochs.
    /// </summary>
    public ClassificationRbmOptions Top { get; init; } = new() { DiscriminativeWeight = 0, GenerativeWeight = 1 };

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        if (faults.NotNull(Top))
        {
            faults.Option(Top.Checkpoint is null, $"{nameof(Top)}.{nameof(Checkpoint)}", Top.Checkpoint?.Path, "none: the network has one checkpoint for all layers");
            faults.Option(Top.Group is null, $"{nameof(Top)}.{nameof(Group)}", Top.Group, "null: the network has one group for all layers");
            faults.From(Top.Validate, nameof(Top));
        }

        faults.Throw();
    }
}
