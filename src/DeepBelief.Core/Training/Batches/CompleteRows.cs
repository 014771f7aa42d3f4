using DeepBelief.Sampling;

namespace DeepBelief.Training;

/// <summary>Completes rows with missing values, as <see cref="MissingValues"/> says.</summary>
internal sealed class CompleteRows(IEnergyModel model, MissingValues missing)
{
    // Of the chain that draws missing values, which begins anew in each update.
    private const int Steps = 5;

    /// <summary>Throws unless rows fit the model and, where values are missing, the option.</summary>
    public void Check(Tensor rows, string? name)
    {
        switch (missing)
        {
            case MissingValues.LeaveOut:
                AbsentUnits.Check(((Rbm)model).Visible, rows, name);
                break;
            case MissingValues.Draw:
                using (var isMissing = rows.isnan())
                    model.VisibleSupport.CheckHeld(rows, isMissing, name);
                break;
            default:
                model.VisibleSupport.Check(rows, name, $" If NaN marks missing values, {nameof(TrainingOptions)}.{nameof(TrainingOptions.MissingValues)} says how to train with them; a {nameof(Dbm)} needs whole rows, so fill them first, as {nameof(MarkovChain)}.{nameof(MarkovChain.FillMissing)} does.");
                break;
        }
    }

    /// <summary>Returns the rows, completed.</summary>
    public Tensor Of(Tensor rows, Generator? generator) => missing switch
    {
        MissingValues.LeaveOut => AbsentUnits.Replace((Rbm)model, rows),
        MissingValues.Draw => Drawn(rows, generator),
        _ => rows.alias(),
    };

    /// <summary>Draws rows to measure a model by: of those that know something.</summary>
    /// <returns>New tensors.</returns>
    /// <exception cref="ArgumentException">No row knows anything.</exception>
    public Batch ToMeasure(Batch rows, int count, Generator generator)
    {
        if (missing == MissingValues.Reject)
            return rows.Draw(count, generator);
        using var scope = torch.NewDisposeScope();
        var numbers = rows.Rows.isnan().logical_not().any(1).nonzero().squeeze(1);
        if (numbers.shape[0] == 0)
            throw new ArgumentException($"Expected rows with known values, found {rows.Count} of nothing but NaN. Leave such rows out: they teach nothing.");
        return rows.Select(numbers).Draw(count, generator).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the missing values of a batch; leaves those to be left out, which the gradient has to know.</summary>
    public void Draw(Tensor batch, Generator? generator)
    {
        if (missing != MissingValues.Draw)
            return;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (batch.device_type != DeviceType.CPU)
        {
            // To count the rows would wait for the device.
            _ = batch.copy_(Drawn(batch, generator));
            return;
        }

        var numbers = batch.isnan().any(1).nonzero().squeeze(1);
        if (numbers.shape[0] > 0)
            _ = batch.index_copy_(0, numbers, Drawn(batch.index_select(0, numbers), generator));
    }

    private Tensor Drawn(Tensor rows, Generator? generator)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var start = model is Rbm rbm ? AbsentUnits.States(rbm) : null;
        return MarkovChain.FillMissing((IConditionalModel)model, rows, Steps, start, generator).MoveToOuterDisposeScope();
    }
}
