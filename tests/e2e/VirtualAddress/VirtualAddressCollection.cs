using Xunit;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>Alone on the machine: what is measured is how long nobody answers.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class VirtualAddressCollection
{
    public const string Name = "virtual address";
}
