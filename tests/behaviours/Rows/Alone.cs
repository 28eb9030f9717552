using Xunit;

namespace ApiLb.BehaviourTests.Rows;

/// <summary>The collection of rows that measure time or fill the machine: nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
