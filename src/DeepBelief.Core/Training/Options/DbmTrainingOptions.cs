using DeepBelief.Sampling;
using DeepBelief.Tensors;
using DeepBelief.Training;

namespace DeepBelief;

/// <summary>Training options of a <see cref="Dbm"/>: all layers learn together.</summary>
/// <remarks>
/// <para>What <see cref="TrainingOptions"/> says of an <see cref="Rbm"/> is true of the machine's even layers (visible, second
/// hidden, ...) as visible units and its odd ones as hidden units: the default negative phase, whose chains draw one half given the
/// other, their jumps, the averaging of parameters and centering, which a deep machine needs to learn without pre-training
/// (Montavon and Müller 2012, "Deep Boltzmann machines and the centering trick").</para>
/// <para>Missing values are refused, the monitor is the reconstruction error, and products are float32.</para>
/// </remarks>
public sealed record DbmTrainingOptions : TrainingOptions
{
    /// <summary>When the inference of the positive phase ends. Default: <see cref="MeanField.Default"/>.</summary>
    public MeanField MeanField { get; init; } = MeanField.Default;

    /// <inheritdoc/>
    public override void Validate()
    {
        var faults = new OptionFaults();
        faults.From(base.Validate);
        if (faults.NotNull(MeanField))
            faults.From(MeanField.Validate);
        faults.Option(
            NegativePhase is null or Sampling.ContrastiveDivergence or PersistentContrastiveDivergence or ParallelTempering,
            nameof(NegativePhase),
            NegativePhase,
            $"null, {nameof(ContrastiveDivergence)}, {nameof(PersistentContrastiveDivergence)} or {nameof(ParallelTempering)} for a {nameof(Dbm)}");
        faults.Option(MissingValues == MissingValues.Reject, nameof(MissingValues), MissingValues, $"{nameof(MissingValues)}.{nameof(MissingValues.Reject)} for a {nameof(Dbm)}");
        faults.Option(ProductPrecision == ProductPrecision.Float32, nameof(ProductPrecision), ProductPrecision, $"{nameof(ProductPrecision.Float32)} for a {nameof(Dbm)}");
        faults.Option(Monitor == TrainingMonitor.ReconstructionError, nameof(Monitor), Monitor, $"{nameof(TrainingMonitor.ReconstructionError)} for a {nameof(Dbm)}, whose free energy is not known");
        faults.Throw();
    }
}
