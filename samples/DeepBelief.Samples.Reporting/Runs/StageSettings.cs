using System.Globalization;
using System.Text;
using DeepBelief.Training;
using TorchSharp.Modules;
using Network = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace DeepBelief.Samples.Reporting.Runs;

/// <summary>All but the seed that made a piece of training what it was, made from the objects that it was run with.</summary>
/// <param name="Name">What was trained; repetitions have the same.</param>
/// <param name="Text">The settings, with semicolons between them.</param>
public sealed record StageSettings(string Name, string Text)
{
    /// <summary>Pre-training, layer by layer.</summary>
    public static IEnumerable<StageSettings> Of(string title, PretrainingPlan plan)
    {
        var layers = plan.Sizes.Count - 1;
        for (var i = 0; i < layers; i++)
        {
            var options = plan.Options.Layers?[i] ?? plan.Options;
            var (visible, hidden) = (plan.Sizes[i], plan.Sizes[i + 1]);
            yield return Of(
                layers == 1 ? title : FormattableString.Invariant($"{title}, layer {i + 1}, {visible}-{hidden}"),
                options,
                Images(plan.Images.shape[0]),
                FormattableString.Invariant($"weights drawn from N(0, s²), s = {plan.Weights.StandardDeviation(visible, hidden)}"),
                i == 0 ? plan.Making : null,
                i > 0 ? $"learns from the {plan.Options.Inputs} of the layer below" : null,
                i > 0 && plan.Options.TiedStart ? "begins as the layer below, turned over" : null);
        }
    }

    /// <summary>The training of a classifier.</summary>
    public static StageSettings Of(string name, Network network, ClassifierTrainingOptions options, long images, string? start = null)
        => Of(name, options, Images(images), Layers(network), start);

    /// <summary>Any training.</summary>
    /// <param name="name">What was trained.</param>
    /// <param name="options">How.</param>
    /// <param name="others">What the options do not say; null for nothing.</param>
    public static StageSettings Of(string name, OptimizationOptions options, params string?[] others)
        => new(name, string.Join("; ", others.OfType<string>().Concat(OptionsText.Of(options))));

    private static string Images(long count) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} images");

    // Such as 784, dropout 0.2 → 1024, dropout 0.4 → 10.
    private static string Layers(Network network)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{network.modules().OfType<Linear>().First().weight.shape[1]}");
        foreach (var module in network.modules())
        {
            _ = module switch
            {
                Linear linear => text.Append(CultureInfo.InvariantCulture, $" → {linear.weight.shape[0]}"),
                Dropout dropout => text.Append(CultureInfo.InvariantCulture, $", dropout {dropout.p}"),
                _ => text,
            };
        }

        // It comes last, but a Sequential lists its own modules before those within them.
        return network.modules().OfType<Softmax>().Any() ? $"{text} → softmax" : text.ToString();
    }
}
