export default {
  title: "Error references",
  srcDir: "docs",
};
