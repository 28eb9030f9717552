namespace ApiLb.Admin.HaProxy;

/// <summary>What a row of <c>show stat</c> is about; the number is its column <c>type</c>.</summary>
internal enum StatScope
{
    Frontend = 0,
    Backend = 1,
    Server = 2,
}
