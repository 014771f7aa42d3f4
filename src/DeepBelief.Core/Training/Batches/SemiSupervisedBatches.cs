namespace DeepBelief.Training;

/// <summary>
/// Labelled rows, each batch of which has unlabelled rows beside it. An epoch is one pass over the set with more batches; the
/// other begins again, in a new order, as often as it ends.
/// </summary>
/// <param name="labelled">The labelled rows, owned.</param>
/// <param name="unlabelled">The unlabelled rows, owned.</param>
internal sealed class SemiSupervisedBatches(ShuffledBatches labelled, ShuffledBatches unlabelled) : BatchReader
{
    private int epoch;

    public override int Batches => Math.Max(labelled.Batches, unlabelled.Batches);

    public override long Rows => labelled.Rows;

    public override double Share => labelled.Share;

    public override Batch Overview => labelled.Overview;

    public override (Tensor? Labels, Tensor? Weights) Marks => labelled.Marks;

    public override Batch Select(Tensor numbers) => labelled.Select(numbers);

    public override Batch Draw(int count, Generator generator) => labelled.Draw(count, generator);

    public override Tensor UnlabelledOverview => unlabelled.Overview.Rows;

    public override IReadOnlyDictionary<string, Generator> Generators => new Dictionary<string, Generator>(
    [
        .. labelled.Generators,
        .. unlabelled.Generators.Select(generator => KeyValuePair.Create($"unlabelled {generator.Key}", generator.Value)),
    ]);

    public override void BeginEpoch(int epoch)
    {
        this.epoch = epoch;
        labelled.BeginEpoch(epoch);
        unlabelled.BeginEpoch(epoch);
    }

    public override Batch Read(int batch) => labelled.Read(Number(labelled, batch));

    public override void Read(int batch, Func<long, Tensor> target) => labelled.Read(Number(labelled, batch), target);

    public override Tensor ReadUnlabelled(int batch) => unlabelled.Read(Number(unlabelled, batch)).Rows;

    public override void Dispose()
    {
        labelled.Dispose();
        unlabelled.Dispose();
    }

    private int Number(ShuffledBatches rows, int batch)
    {
        var number = ((batch - 1) % rows.Batches) + 1;
        if (number == 1 && batch > 1)
            rows.BeginEpoch(epoch);
        return number;
    }
}
