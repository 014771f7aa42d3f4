namespace DeepBelief.Training;

/// <summary>The part of a checkpoint that belongs to one stage.</summary>
internal sealed class CheckpointStage(Checkpoint file, int index) : IDisposable
{
    // The last finished epoch, if the file does not hold it.
    private List<Tensor>? kept;
    private (OrderedDictionary<string, object?> Content, Dictionary<string, Tensor> Model) unsaved;

    /// <summary>True if the file contains the stage.</summary>
    public bool HasBegun => file.Read(index, _ => true);

    /// <summary>Returns the result of a finished stage; null if the file does not contain it.</summary>
    public TrainingHistory<TMetrics>? Result<TMetrics>(OptimizationOptions options)
        where TMetrics : ISavedMetrics<TMetrics>
        => file.Read(index, content =>
        {
            var (epochs, best) = EpochHistory.Read<TMetrics>(content);
            return EpochHistory.IsFinished(options, epochs.Count, best) ? EpochHistory.Result(options, epochs, best) : null;
        });

    /// <summary>Restores a run if its stage had begun.</summary>
    public void Restore<TMetrics>(RunState<TMetrics> run)
        where TMetrics : ISavedMetrics<TMetrics>
        => _ = file.Read(index, content =>
        {
            if (file.IsBuiltOn(index))
                throw file.Mismatch($"stages[{index}]: a layer that has ended, more epochs in this run, but the layers above have learned from it");
            run.Restore(content, file.HasChanges, file.IsReseeded);
            return true;
        });

    /// <summary>Saves a run if a checkpoint is due; else keeps its state if it can be cancelled.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isDue">True to save it whatever the interval.</param>
    /// <param name="canBeCancelled">True if a later epoch may be cancelled.</param>
    public void AfterEpoch<TMetrics>(RunState<TMetrics> run, bool isDue, bool canBeCancelled)
        where TMetrics : ISavedMetrics<TMetrics>
    {
        Forget();
        using var scope = torch.NewDisposeScope();
        var content = run.Save();
        if (isDue || run.Epoch % file.Interval == 0)
            file.Write(index, content, file.Model);
        else if (canBeCancelled)
            Keep(content);
    }

    /// <summary>Saves the last finished epoch of a cancelled run.</summary>
    public void AfterCancellation()
    {
        if (kept is not null)
            file.Write(index, unsaved.Content, unsaved.Model);
    }

    public void Dispose() => Forget();

    private void Keep(OrderedDictionary<string, object?> content)
    {
        using var noGrad = torch.no_grad();
        var tensors = new List<Tensor>();
        using var scope = torch.NewDisposeScope();
        unsaved = ((OrderedDictionary<string, object?>)Copy(content)!, file.Model.ToDictionary(t => t.Key, t => (Tensor)Copy(t.Value)!));
        scope.Detach(tensors);
        kept = tensors;

        object? Copy(object? value)
        {
            switch (value)
            {
                case Tensor tensor:
                    tensors.Add(tensor.detach().clone());
                    return tensors[^1];
                case OrderedDictionary<string, object?> entries:
                    return new OrderedDictionary<string, object?>(entries.Select(entry => KeyValuePair.Create(entry.Key, Copy(entry.Value))));
                default:
                    return value;
            }
        }
    }

    private void Forget()
    {
        foreach (var tensor in kept ?? [])
            tensor.Dispose();
        kept = null;
    }
}
