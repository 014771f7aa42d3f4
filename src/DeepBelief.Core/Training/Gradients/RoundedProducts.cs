using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Units;

namespace DeepBelief.Training;

/// <summary>What <see cref="ProductPrecision.BFloat16"/> is there for.</summary>
internal static class RoundedProducts
{
    /// <summary>The <see cref="AppContext"/> switch by which a program takes slow products.</summary>
    public const string AllowSlow = "DeepBelief.AllowSlowBFloat16";

    private static bool IsServed => BFloat16Processor.IsFast || (AppContext.TryGetSwitch(AllowSlow, out var isAllowed) && isAllowed);

    /// <summary>Throws unless the options leave products in float32, or the model, the other options and the processor suit bfloat16.</summary>
    public static void Check(IEnergyModel model, TrainingOptions options) => Check(model, options, IsServed);

    /// <inheritdoc cref="Check(IEnergyModel, TrainingOptions)"/>
    internal static void Check(IEnergyModel model, TrainingOptions options, bool isServed)
    {
        if (options.ProductPrecision == ProductPrecision.Float32)
            return;
        var rbm = model as Rbm;
        Need(rbm is not null, $"the model is not an {nameof(Rbm)}");
        Need(rbm!.Weight.dtype == ScalarType.Float32 && rbm.Weight.device_type == DeviceType.CPU, $"the model is {rbm.Weight.dtype} on {rbm.Weight.device_type}, and products of bfloat16 are for float32 models on the CPU");
        Need(AreBits(rbm.Visible), $"the visible units are {rbm.Visible.Kind}, and rounding would cost them digits: those of bits are 0 and 1");
        Need(AreBits(rbm.Hidden), $"the hidden units are {rbm.Hidden.Kind}, and rounding would cost them digits: those of bits are 0 and 1");
        Need(options.MissingValues == MissingValues.Reject, $"{nameof(options.MissingValues)} is {options.MissingValues}, and rows with gaps are trained in float32");
        Need(
            options.NegativePhase is null or ContrastiveDivergence or PersistentContrastiveDivergence,
            $"the negative phase is {options.NegativePhase?.GetType().Name}: only {nameof(ContrastiveDivergence)} and {nameof(PersistentContrastiveDivergence)} take bfloat16");
        Need(isServed, $"the processor has neither AMX-BF16 nor AVX512-BF16, without which products of bfloat16 are slower (the switch {AllowSlow} takes them all the same)");

        void Need(bool valid, string reason)
            => Guard.Option(valid, nameof(options.ProductPrecision), options.ProductPrecision, $"{ProductPrecision.Float32}, as {reason}");
    }

    /// <summary>The weights in bfloat16, which the caller owns; null where products stay in float32.</summary>
    public static RoundedWeights? Weights(Rbm rbm, TrainingOptions? options)
        => options is { ProductPrecision: ProductPrecision.BFloat16 } ? new RoundedWeights(rbm.Weight) : null;

    private static bool AreBits(UnitLayer units) => units is BernoulliUnits;
}
